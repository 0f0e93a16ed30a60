echo 'at work'
sleep 300
